/** Both files of Chart.js, without its `auto`, which asks for all of it. */
export const CHART_MODULES = /\/chart\.js\/dist\/(?:chart|chunks\/index)\.js(?:\?|$)/;

/**
 * What of Chart.js our one kind of chart never comes to, or what stands in its place. A straight line over data that is an array of
 * points in order, fixed axes with given ticks, no animation, nothing under the pointer: web/charts/rolling-line-chart.ts says so in its
 * options. `null` is never called (and throws in tests); a text is the body instead.
 *
 * @type {Readonly<Record<string, string | null>>}
 */
export const CHART_PARTS = {
  // Animation: `animation: false`.
  'Animator.listen': '',
  'Animator._getAnims': null,
  'Animator._notify': null,
  'Animator._refresh': null,
  'Animator._update': null,
  'Animator.add': null,
  'Animator.has': 'return false',
  'Animator.remove': '',
  'Animator.running': 'return false',
  'Animator.start': null,
  'Animator.stop': '',
  'DatasetController._resolveAnimations': null,
  'DatasetController.updateElement': 'Object.assign(element, properties)',
  'DatasetController.updateSharedOptions':
    'if (sharedOptions && !isDirectUpdateMode(mode)) Object.assign(sharedOptions, newOptions)',
  'Config.datasetAnimationScopeKeys': null,
  onAnimationProgress: null,
  applyAnimationsDefaults: '',
  'Chart._updateVisibility': null,
  'Chart.reset': null,
  'Chart._resetElements': null,
  'DatasetController.reset': null,

  // The pointer: `events: []`.
  'Chart.bindUserEvents': '',
  'Chart._eventHandler': null,
  'Chart._handleEvent': null,
  'Chart._getActiveElements': null,
  'Chart.getElementsAtEventForMode': null,
  'Chart.updateHoverStyle': null,
  'Chart._updateHoverStyles': null,
  'Chart.setActiveElements': null,
  'Chart.getActiveElements': null,
  'Chart.isPointInArea': null,
  'DatasetController._setStyle': null,
  'DatasetController.setHoverStyle': null,
  'DatasetController.removeHoverStyle': null,
  'DatasetController._setDatasetHoverStyle': null,
  'DatasetController._removeDatasetHoverStyle': null,
  'DatasetController.getStyle': null,
  getHoverColor: null,
  'DatasetController.getLabelAndValue': null,
  'Element.getProps': null,
  'Element.tooltipPosition': null,
  fromNativeEvent: null,
  createProxyAndListen: null,
  'LinearScaleBase.getLabelForValue': null,

  // Other shapes of data: `parsing: false`, whole arrays of points, one dataset that is always seen.
  'DatasetController.parse': 'this._cachedMeta._parsed = this._data; this._cachedMeta._sorted = true',
  'DatasetController.parsePrimitiveData': null,
  'DatasetController.parseArrayData': null,
  'DatasetController.parseObjectData': null,
  convertObjectDataToArray: null,
  _resolveArray: null,
  // All of a line is placed, what is cut off at the edges too.
  _getStartAndCountOfVisiblePoints: 'return { start: 0, count: points.length }',
  _scaleRangesChanged: 'return false',
  'LineController.updateElements': `
    const { xScale, yScale } = this._cachedMeta;
    const { sharedOptions } = this._getSharedOptions(0, mode);
    points.forEach((point, index) => {
      const { x, y } = this.getParsed(index);
      point.x = xScale.getPixelForValue(x);
      point.y = yScale.getPixelForValue(y);
      point.skip = isNaN(y);
      point.stop = index > 0 && x - this.getParsed(index - 1).x > (this.options.spanGaps || Infinity);
      point.options = sharedOptions || this.resolveDataElementOptions(index, mode);
    });`,
  'DatasetController.includeOptions': '',
  'Chart.hide': null,
  'Chart.show': null,
  'Chart.setDatasetVisibility': null,
  'Chart.toggleDataVisibility': null,
  'Chart.getDataVisibility': null,
  'Chart.getVisibleDatasetCount': null,
  'Scale.getLabels': null,
  listenArrayEvents: '',
  unlistenArrayEvents: '',
  'DatasetController._sync': null,
  'DatasetController._onDataPush': null,
  'DatasetController._onDataPop': null,
  'DatasetController._onDataShift': null,
  'DatasetController._onDataSplice': null,
  'DatasetController._onDataUnshift': null,
  'Chart._getUniformDataChanges': null,
  'Chart._updateHiddenIndices': '',
  updateStacks: null,
  clearStacks: '',
  'DatasetController.applyStack': null,
  'DatasetController.getAllParsedValues': null,

  // Axes: their ends and ticks are given, their labels stand upright, and they have no titles and no frame.
  'DatasetController.getMinMax': null,
  'DatasetController.updateRangeFromParsed': null,
  'Scale.getMinMax': null,
  'Scale.getUserBounds': null,
  'Scale.getMatchingVisibleMetas': null,
  _addGrace: '',
  'LinearScaleBase.handleTickRangeOptions': null,
  'LinearScale.determineDataLimits': '',
  'LinearScaleBase.buildTicks': 'return []',
  'LinearScaleBase.getTickLimit': null,
  'LinearScale.computeTickLimit': null,
  'LinearScaleBase.computeTickLimit': null,
  'Scale._tickSize': null,
  'Scale.calculateLabelRotation': 'this.labelRotation = 0',
  'Scale._getXAxisLabelAlignment': null,
  'Scale.drawBackground': '',
  'Scale.drawBorder': '',
  'Scale.drawTitle': '',
  'Scale.getLineWidthForValue': null,
  getTitleHeight: 'return 0',
  autoSkip: null,
  sample: null,
  drawBackdrop: null,
  decorateText: '',
  'formatters.numeric': null,
  'formatters.logarithmic': null,

  // What programs ask for that have several charts, canvases without a page, and parts that come and go.
  _detectPlatform: 'return DomPlatform',
  'Chart.isPluginEnabled': null,
  'Chart.toBase64Image': null,
  'Registry.addControllers': null,
  'Registry.addElements': null,
  'Registry.addPlugins': null,
  'Registry.addScales': null,
  'Registry.removeControllers': null,
  'Registry.removeElements': null,
  'Registry.removePlugins': null,
  'Registry.removeScales': null,
};
