// The Sun's disc at its right size with limb darkening, and a calm glare that fades with distance from it.
// u_disc : the disc's radius as a part of the square's half side; u_edge : a pixel likewise
uniform float u_disc;
uniform float u_edge;
varying vec2 v_corner;

void main() {
  float r = length(v_corner);
  float disc = clamp((u_disc - r) / u_edge + 0.5, 0.0, 1.0);
  float darkening = 0.55 + 0.45 * sqrt(max(1.0 - (r * r) / (u_disc * u_disc), 0.0));
  float away = max(r - u_disc, 0.0);
  float glare = 0.75 * exp(-away * 26.0) + 0.20 * exp(-away * 7.0);
  glare *= clamp(1.0 - r, 0.0, 1.0);
  vec3 colour = vec3(1.0, 0.96, 0.88) * disc * darkening * 1.6 + vec3(1.0, 0.93, 0.80) * glare * (1.0 - disc);
  gl_FragColor = vec4(min(colour, 1.0), 1.0);
}
