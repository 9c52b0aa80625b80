// Marker shapes: 0 ring (craft), 1 diamond (site), 2 disc (planet), 3 cross (impact).
varying vec4 v_colour;
varying vec2 v_size_shape;

void main() {
  vec2 p = (gl_PointCoord - 0.5) * v_size_shape.x;
  float r = v_size_shape.x * 0.4;
  float line = v_size_shape.x * 0.06;
  float d = abs(length(p) - r * 0.8) - line;
  if (v_size_shape.y > 2.5) {
    vec2 q = abs(vec2(p.x + p.y, p.x - p.y)) * 0.7071;
    d = max(min(q.x, q.y) - line, max(q.x, q.y) - r * 0.9);
  } else if (v_size_shape.y > 1.5) {
    d = length(p) - r;
  } else if (v_size_shape.y > 0.5) {
    d = abs(abs(p.x) + abs(p.y) - r * 0.8) - line;
  }
  float alpha = clamp(0.5 - d, 0.0, 1.0);
  if (alpha <= 0.0) discard;
  gl_FragColor = vec4(v_colour.rgb, v_colour.a * alpha);
}
