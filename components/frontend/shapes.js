// Marks of points that are told apart without colour. Put before the code of a view that draws them.

function shape(context, kind, x, y, r) {
  const path = (...corners) => corners.forEach(([u, v], n) => context[n ? "lineTo" : "moveTo"](x + u * r, y + v * r));
  context.beginPath();
  if (kind === 0) context.arc(x, y, r, 0, 7);
  else if (kind === 1) context.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else if (kind === 2) path([0, -1.2], [1.1, 0.8], [-1.1, 0.8]);
  else if (kind === 3) path([0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]);
  else if (kind === 4) path([0, 1.2], [1.1, -0.8], [-1.1, -0.8]);
  else path([-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]);
  context.closePath();
}
