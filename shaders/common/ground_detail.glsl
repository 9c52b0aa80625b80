// Relief finer than the maps': one square of craters that repeats, at a quarter of the size in each octave.
// u_detail          : slopes along x and y, code 0.5 + v / 1.6; third: brightness, code 0.5 + v
// u_plane_shift_k   : what octave k's coordinates begin with, periods
uniform sampler2D u_detail;
uniform vec2 u_plane_shift_0;
uniform vec2 u_plane_shift_1;
uniform vec2 u_plane_shift_2;
uniform vec2 u_plane_shift_3;
uniform vec2 u_plane_shift_4;
uniform vec2 u_plane_shift_5;
uniform vec2 u_plane_shift_6;
uniform vec2 u_plane_shift_7;
varying vec2 v_plane_km;
varying vec2 v_detail;

// Slopes (x, y) and brightness of one octave whose texels are so many km wide.
vec3 octave(float texel_km, vec2 shift, float footprint_km) {
  vec3 found = texture2D(u_detail, v_plane_km / (512.0 * texel_km) + shift).rgb - 0.50196;
  // As in core/ground_detail.py, but under a craft's feet the smallest pits stay, as light and shade only.
  float near_site = clamp((v_detail.x - min(40.0 * texel_km, 0.1)) / (40.0 * texel_km), 0.0, 1.0);
  float seen = clamp(1.5 - footprint_km / (6.0 * texel_km), 0.0, 1.0);
  return found * (seen * near_site * near_site * (3.0 - 2.0 * near_site));
}

vec3 ground_detail(float footprint_km) {
  vec3 sum = octave(0.16, u_plane_shift_0, footprint_km);
#if OCTAVES > 1
  sum += octave(0.04, u_plane_shift_1, footprint_km);
#endif
#if OCTAVES > 2
  sum += octave(0.01, u_plane_shift_2, footprint_km);
#endif
#if OCTAVES > 3
  sum += octave(0.0025, u_plane_shift_3, footprint_km);
#endif
#if OCTAVES > 4
  sum += octave(0.000625, u_plane_shift_4, footprint_km);
#endif
#if OCTAVES > 5
  sum += octave(0.00015625, u_plane_shift_5, footprint_km);
#endif
#if OCTAVES > 6
  sum += octave(0.0000390625, u_plane_shift_6, footprint_km);
#endif
#if OCTAVES > 7
  sum += octave(0.000009765625, u_plane_shift_7, footprint_km);
#endif
  return vec3(sum.xy * 1.6, sum.z) * v_detail.y;
}
