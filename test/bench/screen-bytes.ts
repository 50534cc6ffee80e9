// SPDX-License-Identifier: MIT
// What one frame writes when five slots changed: bundled and run by screen.js, prints the sizes as JSON.
import { done, request, response } from "../session/follow/ring-model.js";
import { busyScene } from "../tui/scenes.js";
import { VirtualScreen } from "../tui/virtual-screen.js";

const FRAMES = 40;

const { watch, model } = busyScene();
const screen = new VirtualScreen(watch, { columns: 120, rows: 40, colors: true });
const sizes: number[] = [];
for (let frame = 0; frame < FRAMES; frame++) {
  const cid = 1000 + 2 * frame;
  model.timeNs += 250_000_000n;
  model.send(request(cid));
  model.send(request(cid + 1));
  model.receive();
  model.answer(response(cid));
  model.answer(response(cid + 1));
  model.kick();
  model.send(done(cid));
  model.receive();
  screen.view.frame();
  const bytes = Buffer.byteLength(screen.take());
  if (frame >= 4) sizes.push(bytes); // the first ones settle rates and fade what was bright
}
screen.close();
console.log(JSON.stringify(sizes));
