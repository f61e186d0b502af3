/** The pages for people in a real browser: light and dark, wide and on a phone, and by keyboard. */
import { execFile } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChromium, type Page } from './chromium.ts'
import { alice, curl, eventually, queue, scratch, service, submitHeld, VM } from './client.ts'

const ALICE = { Authorization: `Basic ${Buffer.from('alice:alice-password').toString('base64')}` }

let page: Page
let cluster = 0

beforeAll(async () => {
  page = await openChromium()
  await alice('/job', '-X', 'DELETE')
  cluster = await submitHeld(
    alice,
    'batch_name = <script>alert(1)</script><img src=x onerror=alert(2)> \u202e"\nqueue 3',
  )
})
afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await page.close()
})

const PAGES = {
  documentation: () => service.http,
  'list of jobs': () => `${service.http}/auth/job`,
  'empty list': () => `${service.http}/auth/job?user=nobody`,
  details: () => `${service.http}/auth/job?id=${cluster}.0`,
  'a whole cluster': () => `${service.http}/auth/job?id=${cluster}`,
  scheduler: () => `${service.http}/auth/job?status=true`,
}

/** Contrast of every piece of text against what lies behind it (WCAG 2.2, success criterion 1.4.3). */
const LEAST_CONTRAST = `(() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    return context.getImageData(0, 0, 1, 1).data
  }
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * R + 0.7152 * G + 0.0722 * B
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor)
      if (colour[3] === 255) return colour
    }
    return [255, 255, 255]
  }
  let least = 21
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))]
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
  }
  return least
})()`

describe.each([360, 1280])('%s pixels wide', (width) => {
  describe.each(['light', 'dark'] as const)('%s', (scheme) => {
    test.each(Object.entries(PAGES))('%s', async (_, url) => {
      await page.open(url(), { scheme, width }, ALICE)
      expect(page.errors).toEqual([])
      expect(await page.evaluate('document.contentType')).toBe('text/html')
      expect(await page.evaluate('document.querySelectorAll("h1").length')).toBe(1)
      expect(
        await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        ),
      ).toBe(0)
      expect(await page.evaluate('document.querySelectorAll("script, img").length')).toBe(0)
      expect(await page.evaluate(LEAST_CONTRAST)).toBeGreaterThan(4.5)
      const dark =
        '(rgb => rgb[0] < 128)(getComputedStyle(document.body).backgroundColor.match(/\\d+/g))'
      expect(await page.evaluate(dark)).toBe(scheme === 'dark')
    })
  })
})

const focused = () => page.evaluate<string>('document.activeElement.outerHTML.slice(0, 120)')

test('the keyboard reaches the contents and every table', async () => {
  await page.open(service.http, { scheme: 'light', width: 360 })
  await page.press('Tab')
  expect(await focused()).toContain('href="#submit"')
  await page.press('Enter')
  expect(await page.evaluate('location.hash')).toBe('#submit')
  const tables = await page.evaluate<number>('document.querySelectorAll("[tabindex]").length')
  // all but the one that comes before that part
  for (let n = 1; n < tables; n++) {
    await page.press('Tab')
    expect(await focused()).toContain('role="region"')
    const outline = 'getComputedStyle(document.activeElement).outlineStyle'
    expect(await page.evaluate(outline)).not.toBe('none')
  }
})

test('a wide table scrolls by keyboard, and tells what its columns mean', async () => {
  await page.open(`${service.http}/auth/job`, { scheme: 'dark', width: 360 }, ALICE)
  await page.press('Tab')
  expect(await focused()).toContain('<summary>')
  await page.press('Enter')
  expect(await page.evaluate('document.querySelector("details").open')).toBe(true)
  await page.press('Enter')
  await page.press('Tab')
  expect(await focused()).toContain('Jobs in the queue')
  await page.press('ArrowRight')
  await eventually(() => page.evaluate<boolean>('document.activeElement.scrollLeft > 0'))
})

test('the words of a user are words', async () => {
  await page.open(`${service.http}/auth/job`, { scheme: 'light', width: 1280 }, ALICE)
  expect(await page.evaluate('document.body.textContent')).toContain(
    '<script>alert(1)</script><img',
  )
})

/** A job that has written to all its files, and ended. */
async function finishedJob(): Promise<string> {
  const { text } = await alice(
    `/job?job=j,param:j&exec=e,param:e&${VM}`,
    ...['-F', 'j=output = out\nerror = err\nlog = log\nqueue\n'],
    ...['-F', 'e=#!/bin/sh\necho out\necho err >&2\n'],
  )
  const written = () => alice(`/job?id=${text}.0&view=stderr`)
  await eventually(async () => (await written()).text === 'err\n')
  await eventually(async () => !(await queue()).some((row) => row['Job ID'] === `${text}.0`))
  return `${text}.0`
}

test('every example of the documentation works as it stands', { timeout: 180_000 }, async () => {
  const { text } = await curl('')
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }
  const examples = [...text.matchAll(/<pre><code>(.*?)<\/code><\/pre>/gs)].map(([, code = '']) =>
    code.replace(/&(lt|gt|amp);/g, (entity) => entities[entity] ?? ''),
  )
  expect(examples.length).toBeGreaterThan(10)
  copyFileSync(`${service.certs}/alice.pem`, `${scratch}/cert.pem`)
  const ca = `${service.certs}/ca.pem`
  const options = {
    cwd: scratch,
    env: { ...process.env, CURL_CA_BUNDLE: ca, REQUESTS_CA_BUNDLE: ca },
  }
  const finished = await finishedJob()
  const run = async (command: string, args: string[], example: string) => {
    const { stdout } = await promisify(execFile)(command, args, options)
    expect(stdout, example).not.toBe('')
    return stdout
  }
  for (const example of examples) {
    // Debian's own python, the one that sees Debian's modules
    if (example.startsWith('import ')) {
      const told = await run('/usr/bin/python3', ['-c', example], example)
      expect(told).toMatch(/^cluster \d+\n.*Job_ID.*Status.*Command/s)
      continue
    }
    const script = example
      // what a job wrote, and how it ended
      .replace(/^.*(view=std|WAIT).*$/gm, (line) => line.replace('1234.0', finished))
      .replaceAll('1234.0', `${cluster}.0`)
      .replaceAll('1235', String(cluster))
      .replaceAll('curl ', 'curl -fsS ')
    const told = await run('bash', ['-ec', script], example)
    if (script.includes('view=stdout')) expect(told).toMatch(/\nout\nerr\n$/)
    if (script.includes('WAIT')) expect(told).toMatch(/^Exit Code = 0$/m)
  }
})
