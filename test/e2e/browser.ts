import npmChromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** It asks nobody for anything by itself: what it sends comes from the page. */
const QUIET = ['--no-sandbox', '--disable-background-networking', '--disable-component-update'];
const REMEDY = 'Set CHROMIUM_PATH to a Chromium or Chrome that runs on this machine.';

/** A Chromium without a window: that of CHROMIUM_PATH, else the one that comes from npm. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] || (await fromNpm());
  try {
    return await chromium.launch({ executablePath, args: QUIET });
  } catch (error) {
    throw new Error(`${executablePath} does not start. ${REMEDY}`, { cause: error });
  }
}

async function fromNpm(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `npm brings a Chromium for Linux x64 only, and this is ${process.platform} ${process.arch}. ${REMEDY}`,
    );
  }
  return npmChromium.executablePath();
}
