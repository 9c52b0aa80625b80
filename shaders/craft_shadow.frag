// Depth toward the Sun as three bytes.
varying float v_depth;

void main() {
  vec3 code = fract(clamp(v_depth, 0.0, 0.99999) * vec3(1.0, 255.0, 65025.0));
  code.xy -= code.yz / 255.0;
  gl_FragColor = vec4(code, 1.0);
}
