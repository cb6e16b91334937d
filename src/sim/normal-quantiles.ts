/**
 * The standard normal distribution as a table of quantiles, so that drawing from it takes no logarithm and no
 * exponential, whose last bits differ between JavaScript engines.
 *
 * The table holds z by tail probability p, from 1/2 down to 2^-17, eight steps in each halving of p, so that the tail
 * is as fine as the middle:
 *
 *   place = octave * 8 + j   stands for   p = 2^-(octave+1) - j / 8 * 2^-(octave+2)
 *
 * A draw of 32 bits is one bit of sign and 31 bits of tail probability. Between two places whoever uses the table
 * interpolates linearly; beyond the last place (one draw in 65,536) the last one holds.
 */

/** z in millionths; computed to the last digit with the inverse of the normal distribution function (Wichura, AS 241). */
const Z_MICRO = [
  0, 78_412, 157_311, 237_202, 318_639, 402_250, 488_776, 579_132, 674_490, 724_514, 776_422, 830_511, 887_147, 946_782,
  1_009_990, 1_077_516, 1_150_349, 1_189_164, 1_229_859, 1_272_699, 1_318_011, 1_366_204, 1_417_797, 1_473_468,
  1_534_121, 1_566_689, 1_601_009, 1_637_325, 1_675_940, 1_717_228, 1_761_670, 1_809_892, 1_862_732, 1_891_229,
  1_921_351, 1_953_324, 1_987_428, 2_024_014, 2_063_528, 2_106_554, 2_153_875, 2_179_469, 2_206_575, 2_235_407,
  2_266_227, 2_299_362, 2_335_233, 2_374_387, 2_417_559, 2_440_956, 2_465_771, 2_492_204, 2_520_502, 2_550_976,
  2_584_020, 2_620_152, 2_660_067, 2_681_732, 2_704_733, 2_729_260, 2_755_549, 2_783_892, 2_814_665, 2_848_359,
  2_885_635, 2_905_889, 2_927_411, 2_950_380, 2_975_021, 3_001_611, 3_030_511, 3_062_186, 3_097_269, 3_116_349,
  3_136_636, 3_158_301, 3_181_560, 3_206_678, 3_233_998, 3_263_969, 3_297_193, 3_315_276, 3_334_512, 3_355_067,
  3_377_146, 3_401_005, 3_426_972, 3_455_479, 3_487_104, 3_504_327, 3_522_656, 3_542_251, 3_563_308, 3_586_074,
  3_610_866, 3_638_099, 3_668_329, 3_684_801, 3_702_336, 3_721_091, 3_741_252, 3_763_060, 3_786_819, 3_812_930,
  3_841_931, 3_857_739, 3_874_574, 3_892_584, 3_911_953, 3_932_911, 3_955_753, 3_980_866, 4_008_773, 4_023_990,
  4_040_199, 4_057_546, 4_076_207, 4_096_404, 4_118_426, 4_142_645, 4_169_569, 4_184_255, 4_199_903, 4_216_653,
  4_234_676, 4_254_189, 4_275_470, 4_298_883, 4_324_919,
];

const STEPS_PER_OCTAVE = 8;
const PLACE_MAX = Z_MICRO.length - 1;
const OCTAVES = PLACE_MAX / STEPS_PER_OCTAVE;
const SIGN_BIT = 0x8000_0000;

/** z at each place of the table, ascending from 0: how far above the median, in standard deviations. */
export const NORMAL_Z: readonly number[] = Z_MICRO.map((micro) => micro / 1_000_000);

/** z of the 99th percentile. */
export const Z_P99 = 2.326_347_874_040_841;

/** Whether this draw of 32 bits lies above the median. */
export function isAboveMedian(draw: number): boolean {
  return (draw & SIGN_BIT) !== 0;
}

/** Where in the table this draw of 32 bits lies: whole part the place, fraction the way to the next. */
export function placeOfDraw(draw: number): number {
  const tail = draw & ~SIGN_BIT;
  const octave = Math.clz32(tail) - 1;
  if (octave >= OCTAVES) return PLACE_MAX;
  const top = SIGN_BIT >>> octave;
  return octave * STEPS_PER_OCTAVE + ((top - tail) * STEPS_PER_OCTAVE) / (top / 2);
}
