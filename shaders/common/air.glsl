// The Earth's air from tables that bake/earth_air.py computes; light relative to a white surface square to the Sun.
// u_air_sun_low : cosine of the Sun's angle from the vertical in the tables' first column; their last is 1
uniform float u_air_sun_low;

const float AIR_COLUMNS = 256.0;

float air_column(float to_sun) {
  float share = clamp((to_sun - u_air_sun_low) / (1.0 - u_air_sun_low), 0.0, 1.0);
  return (share * (AIR_COLUMNS - 1.0) + 0.5) / AIR_COLUMNS;
}

float air_row(float share, float rows) {
  return (clamp(share, 0.0, 1.0) * (rows - 1.0) + 0.5) / rows;
}

// Molecules scatter alike forwards and backwards, haze forwards (Henyey and Greenstein, 0.76). `sums` holds their
// light without phase functions; the haze's is coloured as the molecules' is, less their own blue.
vec3 air_light(vec4 sums, float cos_scatter) {
  float molecules = 0.0596831 * (1.0 + cos_scatter * cos_scatter);
  float haze = 0.0336193 / pow(1.5776 - 1.52 * cos_scatter, 1.5);
  vec3 hue = sums.rgb * vec3(1.0, 0.4296, 0.1752) / max(sums.r, 1e-7);
  return sums.rgb * molecules + hue * (sums.a * haze);
}

// Half a step of the screen's 256, to and fro from pixel to pixel, so that slow gradients show no bands.
vec3 dithered(vec3 screen) {
  float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  return screen + (grain - 0.5) / 255.0;
}
