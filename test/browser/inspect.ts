import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe-core finds wrong for people who see little, hear the page, or use only the keyboard, the contrast of texts
 * included: rule, what it says, and where.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // As a text: the types of a browser are no part of this project's.
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) =>
      id + ': ' + help + ' (' + target.join(' ') + ') ' + failureSummary)))`);
}

/** How far the page can be pushed sideways, in CSS pixels; what scrolls within itself does not count. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/**
 * The lowest contrast of the texts inside pictures, which axe-core does not judge, with that text; each is held against
 * the first background around it.
 */
export function pictureContrast(page: Page): Promise<{ ratio: number; text: string } | undefined> {
  return page.evaluate(`(() => {
    const channels = (color) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d');
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color) => channels(color).slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if (channels(color)[3] === 255) return color;
      }
      return 'white';
    };
    const found = [...document.querySelectorAll('svg text')]
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => {
        const [one, other] = [luminance(getComputedStyle(element).fill), luminance(behind(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        return { ratio, text: element.textContent };
      });
    return found.sort((a, b) => a.ratio - b.ratio)[0];
  })()`);
}
