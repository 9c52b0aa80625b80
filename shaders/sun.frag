// The Sun's disc at its right size with limb darkening, and a calm glare that fades with distance from it.
// u_disc : the disc's radius as a part of the square's half side; u_edge : a pixel likewise
// u_seen : how much of the disc is not hidden; the glare is that of what is seen
uniform float u_disc;
uniform float u_edge;
uniform float u_seen;
varying vec2 v_corner;

void main() {
  float r = length(v_corner);
  float disc = clamp((u_disc - r) / u_edge + 0.5, 0.0, 1.0);
  float darkening = 0.55 + 0.45 * sqrt(max(1.0 - (r * r) / (u_disc * u_disc), 0.0));
  float away = max(r - u_disc, 0.0);
  float glare = (0.75 * exp(-away * 26.0) + 0.20 * exp(-away * 7.0)) * sqrt(u_seen);
  float ending = clamp(1.0 - r, 0.0, 1.0);
  glare *= ending * ending * (3.0 - 2.0 * ending);
  vec3 colour = vec3(1.0, 0.96, 0.88) * disc * darkening * 1.6 + vec3(1.0, 0.93, 0.80) * glare * (1.0 - disc);
  // Half a step of the screen's 256 to and fro, so that the glare shows no rings; none where it is nothing.
  float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
  colour += grain / 255.0 * clamp(glare * 255.0, 0.0, 1.0);
  gl_FragColor = vec4(clamp(colour, 0.0, 1.0), 1.0);
}
