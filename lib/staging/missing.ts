/** What S3 says of an object that is not there, or not as it was asked for. */

/** Null where the store says that there is none. */
export async function found<T>(object: Promise<T>): Promise<T | null> {
  try {
    return await object
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** As the SDK's errors carry it. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
