export { execute } from './execute';
