// A translucent surface, denser where it is seen edge-on, as a thin skin is.
// u_colour : sRGB; alpha where it is seen edge-on; u_least : the part of it that is left where it is seen squarely
uniform vec4 u_colour;
uniform float u_least;
varying vec3 v_place_km;
varying vec3 v_normal;
varying float v_distance_km;

#include "common/depth.glsl"

void main() {
  float squarely = abs(dot(normalize(v_normal), normalize(v_place_km)));
  float edge = 1.0 - squarely;
  float alpha = u_colour.a * (u_least + (1.0 - u_least) * edge * edge * edge) * smoothstep(0.002, 0.05, v_distance_km);
  gl_FragColor = vec4(u_colour.rgb, alpha);
  gl_FragDepth = log_depth(v_distance_km);
}
