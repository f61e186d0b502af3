/** Image and flavor of a submission, in the words of the Cloud Scheduler that a site runs. */

export type CloudProfile = 'none' | 'cloud-scheduler-1' | 'cloud-scheduler-2'

export interface Cloud {
  readonly profile: CloudProfile
  /** Cloud name (Cloud Scheduler 1) or group name (Cloud Scheduler 2): letters, digits, `_.-`. */
  readonly name: string
}

/**
 * The submit commands for an image and a flavor, both UUIDs in lower case. `none` only records them,
 * so that the job can run on any pool. Cloud Scheduler 1 takes the VM type from the text of
 * Requirements, where its pattern wants blanks round `=?=`; Cloud Scheduler 2 (csv2) takes the group
 * from there, and ignores jobs that have none.
 */
export function cloudCommands({ profile, name }: Cloud, image: string, flavor: string): string[] {
  switch (profile) {
    case 'none':
      return [`+VMAMI = "${image}"`, `+VMInstanceType = "${flavor}"`]
    case 'cloud-scheduler-1':
      return [
        `requirements = VMType =?= "${name}:${image}" && Arch == "x86_64"`,
        `+VMAMI = "${name}:${image}"`,
        `+VMInstanceType = "${name}:${flavor}"`,
        '+VMKeepAlive = 3',
      ]
    case 'cloud-scheduler-2':
      return [
        `requirements = group_name =?= "${name}" && Arch == "x86_64"`,
        `+VMImage = "${image}"`,
        `+VMInstanceType = "${flavor}"`,
      ]
  }
}
