// SPDX-License-Identifier: MIT
// A session offers its verbs to others: the socket's place, and what its owner says of itself.
import type { DeviceSpec } from "../../device/device-spec.js";
import { packageVersion } from "../../device/package-root.js";
import { causeText, TgtctlError } from "../../errors.js";
import { ENGINE_METHODS } from "../engine/verbs.js";
import type { Session } from "../session.js";
import { ControlHost } from "./control-host.js";
import { simulatorSocketPath, socketPath } from "./socket-path.js";

/**
 * Nothing for a simulator without a name. A device is served without a socket, too, and a remark says
 * so; a simulator whose name is taken is not. Errors: `busy`.
 */
export async function offerControl(
  spec: DeviceSpec,
  session: Session,
  onRemark?: (text: string) => void,
): Promise<void> {
  if (spec.kind === "simulator" && spec.name === null) return;
  try {
    session.offer(
      await ControlHost.start({
        path: pathOf(spec),
        link: session.link,
        hello: helloOf(spec, session),
        methods: ENGINE_METHODS,
        disks: spec.kind === "path",
        onRemark,
      }),
    );
  } catch (error) {
    if (spec.kind === "simulator" && error instanceof TgtctlError) throw error;
    onRemark?.(`no control socket, nobody can hold or inject: ${causeText(error)}`);
  }
}

function pathOf(spec: DeviceSpec): string {
  return spec.kind === "path" ? socketPath(spec.path) : simulatorSocketPath(spec.name ?? "");
}

/** What the first call tells; `rings`: where the memory of a simulator can be mapped. */
function helloOf(spec: DeviceSpec, session: Session) {
  const memory = session.simMemory;
  return {
    version: packageVersion(),
    pid: process.pid,
    device: spec.kind === "path" ? spec.path : spec.text,
    dialect: session.device.dialect.name,
    rings: memory === null ? null : `/proc/${process.pid}/fd/${memory}`,
  };
}
