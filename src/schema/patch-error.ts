/** What went wrong with a patch, and how the API server answers it. */

export interface PatchError {
  error: string;
  /** 400: the patch reads wrong; 413: too large; 422: it does not apply; 500: Kubernetes does not classify it. */
  code: 400 | 413 | 422 | 500;
}

/** Thrown inside, caught where a patch begins. */
export class PatchFailure extends Error {
  readonly code: PatchError["code"];

  constructor(message: string, code: PatchError["code"]) {
    super(message);
    this.code = code;
  }
}

/** Runs a patch; what it throws as PatchFailure becomes a value. */
export function catchingPatchFailure<T>(run: () => T): T | PatchError {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof PatchFailure) return { error: failure.message, code: failure.code };
    throw failure;
  }
}
