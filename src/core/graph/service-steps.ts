import type { CatalogContact } from '../catalog/model.ts';
import { formatPlace } from '../catalog/model.ts';
import type { Dossier } from '../model/chain.ts';
import type { Step } from '../model/report.ts';
import { compareStrength } from '../model/evidence.ts';
import type { People } from '../source/people.ts';
import { disputedServices, unheardSource } from './source-of.ts';
import { gapStep, problemsOf, relationStep, settledStep, unansweredStep } from './step.ts';

/** Which service it is, by a catalog. */
export function serviceStep(dossier: Dossier): Step {
  const { chain, people, gathered } = dossier;
  const problems = [...unheardSource(dossier), ...problemsOf(gathered.problems, 'componentOf')];
  const known = relationStep('service', chain, 'componentOf');
  const step = known.gap === 'absent' && problems.length > 0 ? unansweredStep('service', problems) : known;
  const entity = step.entity;
  const candidate = people?.services.find(
    ({ component }) => entity?.kind === 'component' && component.entityRef === entity.entityRef,
  );
  if (candidate === undefined) return step;
  const { component } = candidate;
  const details: readonly (readonly [string, string | undefined])[] = [
    ['title', component.title],
    ['type', component.type],
    ['lifecycle', component.lifecycle],
    ['tier', component.tier],
    ['system', component.system],
    ['owner', component.owners.map(({ text }) => text).join(', ') || undefined],
    ['catalog', formatPlace(component.place)],
  ];
  return { ...step, details: details.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])) };
}

const CONTACT_NAMES: Readonly<Record<CatalogContact['kind'], string>> = {
  onCall: 'on call',
  pager: 'pager',
  chat: 'chat',
  email: 'mail',
};
/** Whoever is up at night comes first. */
const CONTACT_KINDS: readonly CatalogContact['kind'][] = ['onCall', 'pager', 'chat', 'email'];

/** Whom to call: the contacts of the service, and of its owners. */
export function contactStep(dossier: Dossier): Step {
  const { chain, people, gathered } = dossier;
  // Whom anybody may have named is not called first, however late it is.
  const hops = chain.hops
    .filter(({ relation }) => relation === 'contactOf')
    .toSorted((left, right) => compareStrength(right.strength, left.strength));
  const [strongest] = hops;
  const known = contactsOf(people).filter(({ address }) =>
    hops.some(
      ({ to, strength }) => to.kind === 'contact' && to.address === address && strength === strongest?.strength,
    ),
  );
  const [first] = known;
  const hop = hops.find(({ to }) => to.kind === 'contact' && to.address === first?.address);
  const disputed = disputedServices(chain).length;
  if (hop === undefined && disputed > 0)
    return gapStep('contact', { reason: 'conflict', why: [`${disputed} services are equally likely`], dissent: [] });
  if (first === undefined || hop === undefined)
    return unansweredStep('contact', [...unheardSource(dossier), ...problemsOf(gathered.problems, 'contactOf')]);
  return {
    ...settledStep('contact', hop),
    answer: first.address,
    details: known.map(({ kind, address, of }) => ({
      name: CONTACT_NAMES[kind],
      value: of === undefined ? address : `${address} (${of})`,
    })),
  };
}

type Contact = CatalogContact & { readonly of?: string };

function contactsOf(people: People | undefined): readonly Contact[] {
  const [best] = people?.services ?? [];
  const all: Contact[] = [
    ...(best?.component.contacts ?? []),
    ...(people?.owners ?? []).flatMap(({ resolved }) => resolved.contacts),
  ];
  const distinct = [...new Map(all.map((contact) => [contact.address, contact])).values()];
  return CONTACT_KINDS.flatMap((kind) => distinct.filter((contact) => contact.kind === kind));
}
