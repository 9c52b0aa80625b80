// Colour: textures and screen are sRGB, light is linear. The tone map comes once, just before the encoding.

vec3 decode_srgb(vec3 c) {
  return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878);
}

vec3 encode_srgb(vec3 c) {
  vec3 s = sqrt(clamp(c, 0.0, 1.0));
  vec3 s2 = sqrt(s);
  return clamp(0.662002687 * s + 0.684122060 * s2 - 0.323583601 * sqrt(s2) - 0.0225411470 * c, 0.0, 1.0);
}

vec3 tone_map(vec3 light) {
  return 1.0 - exp(-light);
}
