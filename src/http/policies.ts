import type { Router } from 'express';
import { z } from 'zod';
import { parseEmail } from '../domain/identifiers.ts';
import type { App } from '../services/app.ts';
import { changeEmployees, howManyEmployees } from '../services/employees.ts';
import { listPolicies } from '../services/policies.ts';

const addresses = z
  .array(
    z
      .string()
      .max(254)
      .refine((text) => parseEmail(text) !== undefined, 'is no e-mail address'),
  )
  .max(5_000)
  .default([]);
const employeeChange = z
  .strictObject({ add: addresses, remove: addresses })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'names nobody');

/**
 * Adds to the admin API: the networks' rules as they were read, and who works for the company. The list of employees is told
 * by its length only, since hashes are all that is kept of it.
 */
export function policyRoutes(router: Router, app: App): Router {
  router.get('/policies', (_request, response) => {
    response.json({ policies: listPolicies(app) });
  });
  router.get('/workspaces/:workspace/employees', async (request, response) => {
    response.json({ employees: await howManyEmployees(app, request.params.workspace) });
  });
  router.post('/workspaces/:workspace/employees', async (request, response) => {
    const change = employeeChange.parse(request.body ?? {});
    response.json({ employees: await changeEmployees(app, request.params.workspace, change) });
  });
  return router;
}
