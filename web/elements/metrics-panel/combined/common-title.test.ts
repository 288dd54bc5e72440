import { describe, expect, it } from 'vitest';
import { en } from '../../../locales/en.ts';
import { zhCn } from '../../../locales/zh-cn.ts';
import { commonTitle } from './common-title.ts';

const ENGLISH = { tag: 'en', spoken: 'en', messages: en };
const CHINESE = { tag: 'zh-CN', spoken: 'zh-CN', messages: zhCn };

describe('the title of a chart of several series', () => {
  it.each([
    ['CPU user|CPU system|CPU I/O wait', 'CPU', 'user|system|I/O wait'],
    ['I/O pressure, some|I/O pressure, full', 'I/O pressure', 'some|full'],
    ['CPU pressure, some|Memory pressure, some|I/O pressure, some', 'Pressure, some', 'CPU|Memory|I/O'],
    ['Load, 1 minute|Load, 5 minutes', 'Load', '1 minute|5 minutes'],
    ['Memory used|Memory ZFS cache (ARC)', 'Memory', 'used|ZFS cache (ARC)'],
    ['Core 0|Core 1', 'Core', '0|1'],
    ['web-1 CPU|web-2 CPU', 'CPU', 'web-1|web-2'],
    // Nothing in common.
    ['Processes running|Uptime', 'Processes running, Uptime', 'Processes running|Uptime'],
    // Parts of words are no words in common.
    ['Networking|Networks', 'Networking, Networks', 'Networking|Networks'],
    // One of them has nothing else.
    ['CPU|CPU user', 'CPU, CPU user', 'CPU|CPU user'],
    ['CPU|CPU', 'CPU, CPU', 'CPU|CPU'],
    ['CPU user', 'CPU user', 'CPU user'],
  ])('of %s is “%s”', (labels, title, names) => {
    expect(commonTitle(labels.split('|'), ENGLISH)).toEqual({ title, names: names.split('|') });
  });

  it.each([
    ['CPU 用户态|CPU 内核态|CPU I/O 等待', 'CPU', '用户态|内核态|I/O 等待'],
    ['网络接收|网络发送', '网络', '接收|发送'],
    ['I/O 压力（部分）|I/O 压力（全部）', 'I/O 压力', '部分|全部'],
    ['已用内存|可用内存', '内存', '已用|可用'],
    ['CPU|运行时间', 'CPU、运行时间', 'CPU|运行时间'],
  ])('of %s is “%s” in Chinese', (labels, title, names) => {
    expect(commonTitle(labels.split('|'), CHINESE)).toEqual({ title, names: names.split('|') });
  });
});
