// A glyph with a dark surround, so that text reads on any ground.
// u_atlas : red is the glyph's coverage, green its widened surround
uniform sampler2D u_atlas;
varying vec2 v_texture;
varying vec4 v_colour;

void main() {
  vec4 texel = texture2D(u_atlas, v_texture);
  float ink = texel.r;
  float shade = min(texel.g * 1.1, 0.85);
  float alpha = ink + shade * (1.0 - ink);
  if (alpha < 0.004) discard;
  gl_FragColor = vec4(v_colour.rgb * (ink / alpha), alpha * v_colour.a);
}
