// A star: a soft round spot, drawn additively.
varying vec3 v_colour;

void main() {
  vec2 offset = gl_PointCoord * 2.0 - 1.0;
  float spot = exp(-3.5 * dot(offset, offset)) - 0.03;
  gl_FragColor = vec4(v_colour * max(spot, 0.0), 1.0);
}
