/** The error of a patch, and the API server's status code. */

export interface PatchError {
  error: string;
  /** 400: invalid patch; 413: too large; 422: it cannot be applied; 500: Kubernetes does not classify the error. */
  code: 400 | 413 | 422 | 500;
}

/** Internal exception, caught at the beginning of a patch. */
export class PatchFailure extends Error {
  readonly code: PatchError["code"];

  constructor(message: string, code: PatchError["code"]) {
    super(message);
    this.code = code;
  }
}

/** Runs a patch and returns its PatchFailure as a value. */
export function catchingPatchFailure<T>(run: () => T): T | PatchError {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof PatchFailure) return { error: failure.message, code: failure.code };
    throw failure;
  }
}
