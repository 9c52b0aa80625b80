// What kinds of a path's segments look like, see model/trail_line.py.

const vec3 BURN = vec3(1.0, 0.58, 0.16);
const vec2 BURN_ALPHA = vec2(1.0, 0.75);

// A kind without what tells the planned and the synthetic apart: 10 and 20 more.
float own_kind(float kind) {
  return kind - 10.0 * floor(kind * 0.1 + 0.01);
}

// 1 where an engine burns, 0 elsewhere.
float burns(float kind) {
  float own = own_kind(kind);
  return step(0.5, own) * step(own, 1.5);
}
