import { imageReferenceProblem } from '../../core/image-reference';

/** What is wrong with the image of a Job, with the remedy, or nothing. */
export function imageProblem(image: string, mutableIsAllowed: boolean): string | undefined {
  return imageReferenceProblem(image, mutableIsAllowed, ', or set allowMutableImage');
}
