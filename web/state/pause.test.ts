import { describe, expect, it } from 'vitest';
import { Pause } from './pause.ts';

const RANGE = { fromMs: 1000, toMs: 5000 };

describe('Pause', () => {
  it('counts the samples since it began, from zero each time', () => {
    const pause = new Pause();
    pause.sampled();
    for (const expected of [2, 1]) {
      pause.toggle();
      for (let sample = 0; sample < expected; sample += 1) pause.sampled();
      expect(pause.newer.value).toBe(expected);
      pause.toggle();
    }
  });

  it('begins with a drag, and ends when its range is left or the drag is cancelled', () => {
    const pause = new Pause();
    pause.zoomStarted();
    expect([pause.isPaused.value, pause.isMarking.value]).toEqual([true, true]);
    pause.zoomEnded(RANGE);
    expect([pause.zoom.value, pause.isMarking.value]).toEqual([RANGE, false]);
    pause.zoomOut();
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, false]);
    pause.zoomStarted();
    pause.zoomEnded(null);
    expect(pause.isPaused.value).toBe(false);
  });

  it('outlasts the zoom if the reader had paused before', () => {
    const pause = new Pause();
    pause.toggle();
    pause.zoomStarted();
    pause.zoomEnded(RANGE);
    pause.zoomOut();
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, true]);
    pause.zoomEnded(RANGE);
    pause.resume();
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, false]);
  });

  it('drops the range if the reader resumes during the drag', () => {
    const pause = new Pause();
    pause.zoomStarted();
    pause.toggle();
    expect(pause.isMarking.value).toBe(false);
    pause.zoomEnded(RANGE);
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, false]);
  });

  it('keeps the range when a second drag is cancelled', () => {
    const pause = new Pause();
    pause.zoomStarted();
    pause.zoomEnded(RANGE);
    pause.zoomStarted();
    pause.zoomEnded(null);
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([RANGE, true]);
  });
});
