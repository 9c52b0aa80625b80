// How much of a path's colour is left at a time of it: as its past, as its future.
// Needs u_fading, see trail.frag. span_s : now, start and end; edges_s : over how long it comes up and goes down.

vec2 trail_fade(float time_s, vec3 span_s, vec2 edges_s) {
  vec2 away = vec2(abs(span_s.x - time_s)) / u_fading.xy;
  vec2 fade = u_fading.zw + (1.0 - u_fading.zw) * exp(-away);
  if (edges_s.x > 0.0) fade *= smoothstep(0.0, edges_s.x, time_s - span_s.y);
  if (edges_s.y > 0.0) fade *= smoothstep(0.0, edges_s.y, span_s.z - time_s);
  return fade;
}
