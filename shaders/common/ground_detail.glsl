// Relief finer than the maps': one square of craters that repeats, at a quarter of the size in each octave.
// u_detail          : slopes along x and y, code 0.5 + v / 1.6; third: brightness, code 0.5 + v
// u_octaves         : how many octaves any pixel can show
// u_plane_shift     : what the coordinates of octaves 0 and 4 begin with, periods; each next one's are four times that
uniform sampler2D u_detail;
uniform float u_octaves;
uniform vec4 u_plane_shift;
varying vec2 v_plane_km;
varying vec2 v_detail;

// Slopes (x, y) and brightness of all octaves whose pits are not far below a pixel, the coarsest first. A loop, so that
// far ground costs little and one program serves all heights; its end is told, so that compilers leave it a loop.
vec3 ground_detail(float footprint_km) {
  vec3 sum = vec3(0.0);
  float texels_per_km = 6.25;
  vec2 shift = u_plane_shift.xy;
  for (float k = 0.0; k < u_octaves; k += 1.0) {
    float seen = 1.5 - footprint_km * texels_per_km * 0.1666667;
    if (seen <= 0.0) break;
    // As in core/ground_detail.py, but under a craft's feet the smallest pits stay, as light and shade only.
    float fades_per_km = 0.025 * texels_per_km;
    float near_site = clamp(v_detail.x * fades_per_km - min(0.1 * fades_per_km, 1.0), 0.0, 1.0);
    float weight = min(seen, 1.0) * near_site * near_site * (3.0 - 2.0 * near_site);
    // Exact in binary, but bits get fewer: hence two beginnings.
    if (k == 4.0) shift = u_plane_shift.zw;
    vec2 place = v_plane_km * (texels_per_km * 0.001953125) + shift + k * vec2(0.37, 0.61);
    sum += (texture2D(u_detail, place).rgb - 0.50196) * weight;
    shift = fract(4.0 * shift);
    texels_per_km *= 4.0;
  }
  return vec3(sum.xy * 1.6, sum.z) * v_detail.y;
}
