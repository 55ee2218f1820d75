import { expect, test } from 'vitest';
import { Motion } from '../../src/model/motion';

test('speed is pixels a second, and fades where one scrolls by jerks', () => {
  const motion = new Motion();
  motion.jump(1000, 0);
  expect(motion.move(1100, 20)).toBe(true);
  expect(motion.speed).toBe(5000);
  expect(motion.direction).toBe(1);
  motion.move(1101, 40);
  expect(motion.speed).toBe(3500);
  motion.move(1001, 1040);
  expect(motion.speed).toBe(100);
  expect(motion.direction).toBe(-1);
});

test('a leap has no speed, and trembling is no movement', () => {
  const motion = new Motion();
  motion.jump(0, 0);
  motion.move(500, 10);
  motion.jump(9_000_000, 20);
  expect(motion.speed).toBe(0);
  expect(motion.move(9_000_000.3, 30)).toBe(false);
  expect(motion.speed).toBe(0);
});
