import { describe, expect, it } from 'vitest';
import { labelOf, translate, translateAt, translateSeries } from './agent-texts.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

describe('labelOf', () => {
  it.each([
    ['memory.used', 'Memory used', undefined, '已用内存'],
    ['network.all.receive', 'Network received', undefined, '网络接收'],
    ['network.eth0.receive', 'eth0 received', 'eth0', 'eth0 接收'],
    ['cpu.core.3', 'Core 3', 'Core 3', '核心 3'],
    ['cpu.core.3.user', 'Core 3 user', 'Core 3', '核心 3 用户态'],
    ['temperature.coretemp-Core-0', 'coretemp Core 0 temperature', 'coretemp Core 0', 'coretemp Core 0 温度'],
    ['disk.$&.read', '$& read', '$&', '$& 读取'],
    ['container.memory.cpu', 'memory CPU', 'memory', 'memory CPU'],
    ['agent.collector.memory.duration', 'memory duration', 'memory', '内存耗时'],
  ])('of %s is in Chinese', (name, label, instance, expected) => {
    const named = { name, label, ...(instance === undefined ? {} : { instance }) };
    expect(labelOf(named, zhCn)).toBe(expected);
    expect(labelOf(named, en)).toBe(label);
  });

  it.each(['toString', 'constructor', 'gpu.0.load', 'network.eth0.martians', ''])(
    'is the agent’s for %j, which has no translation',
    (name) => {
      expect(labelOf({ name, label: 'A label', instance: 'eth0' }, zhCn)).toBe('A label');
    },
  );
});

describe('translate', () => {
  it.each([
    ['Memory', '内存'],
    ['Unknown metric: cpu,"x"', '未知指标：cpu,"x"'],
    ['The agent answered 502', '代理程序返回 502'],
    ["The agent's answer was not understood (Invalid JSON)", '无法理解代理程序的应答（Invalid JSON）'],
    [
      'This agent does not answer to the name a.example: if it is yours, start the agent with --allow-host a.example (METRICS_PANEL_ALLOW_HOST)',
      '此代理程序不响应名称 a.example：如果它是您的，请以 --allow-host a.example（METRICS_PANEL_ALLOW_HOST）启动代理程序',
    ],
    [
      'This agent does not answer to the name a.example: if it is yours, start the agent with --allow-host b.example (METRICS_PANEL_ALLOW_HOST)',
      'This agent does not answer to the name a.example: if it is yours, start the agent with --allow-host b.example (METRICS_PANEL_ALLOW_HOST)',
    ],
    ['The agent is on fire', 'The agent is on fire'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('says %j as %j', (text, expected) => {
    expect(translate(text, zhCn)).toBe(expected);
    expect(translate(text, en)).toBe(text);
  });

  it('leaves a text alone that is translated only in another place', () => {
    expect(translateAt('state', 'idle', zhCn)).toBe('空闲');
    expect(translateAt('name', 'idle', zhCn)).toBe('idle');
    expect(translate('idle', zhCn)).toBe('idle');
  });
});

it('translateSeries changes only labels and instances', () => {
  const series = { name: 'cpu.core.0', label: 'Core 0', instance: 'Core 0', unit: 'percent', group: 'CPU' };
  expect(translateSeries([series], zhCn)).toEqual([{ ...series, label: '核心 0', instance: '核心 0' }]);
});
