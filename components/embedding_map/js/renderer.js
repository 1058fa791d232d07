/**
 * Which renderer draws: WebGL2 where a GPU stands behind it, else stamps on a canvas.
 */

import { CanvasRenderer } from "./canvasRenderer.js";
import { GlRenderer } from "./glRenderer.js";

const SOFTWARE = /SwiftShader|llvmpipe|softpipe|Basic Render/i;
let judged = null;

/** Say whether WebGL2 is here and runs on hardware; asked once, since each answer costs a context. */
function hasGpu() {
  if (judged === null) {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    const name = gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : "";
    judged = Boolean(gl) && !SOFTWARE.test(name);
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return judged;
}

/**
 * Return a canvas and what draws on it.
 * @param {"auto"|"webgl2"|"canvas"} wanted
 */
export function makeRenderer(wanted) {
  const fresh = () => Object.assign(document.createElement("canvas"), { className: "vs-points" });
  if (wanted === "webgl2" || (wanted === "auto" && hasGpu())) {
    try {
      const canvas = fresh();
      return new GlRenderer(canvas);
    } catch (error) {
      console.warn(`Vectorscope draws without WebGL2: ${error.message}`);
    }
  }
  return new CanvasRenderer(fresh());
}
