import type { Router } from 'express';
import type { World } from '../world.ts';
export function pageRoutes(world: World, _app: Router): void {}
