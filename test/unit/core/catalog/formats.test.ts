import { describe, expect, test } from 'vitest';
import type { CatalogComponent } from '../../../../src/core/catalog/model.ts';
import { formatPlace } from '../../../../src/core/catalog/model.ts';
import { readFixture, readText, shownContacts } from './catalogs.ts';

/** The only component of a file that is read without a problem. */
function only(name: string): CatalogComponent {
  const { components, problems } = readFixture(name);
  expect(problems).toEqual([]);
  expect(components).toHaveLength(1);
  return components[0]!;
}

const MONO_KEY = 'github.com/acme/mono';
const PAYMENTS = { kind: 'team', ref: 'group:default/payments', text: 'payments' };

describe('what each format says of the service checkout', () => {
  test.each([
    ['backstage.yaml', 'service', 'production', undefined, 'system:default/shop'],
    ['datadog-v2.yaml', undefined, undefined, undefined, undefined],
    ['datadog-v2.1.yaml', undefined, 'production', 'high', 'shop'],
    ['datadog-v2.2.yaml', 'web', 'production', '1', 'shop'],
    ['datadog-v3.yaml', 'web', 'production', '1', 'system:default/shop'],
    ['opslevel.yml', 'service', 'generally_available', 'tier_1', 'shop'],
    ['cortex.yaml', 'service', 'production', '1', 'shop'],
    ['compass.yml', 'service', 'Active', '1', undefined],
    ['provtrace.yaml', 'service', 'production', '1', 'shop'],
  ])('%s: one component of one name, with type, lifecycle, tier, system', (name, type, lifecycle, tier, system) => {
    const component = only(name);
    expect(component).toMatchObject({ entityRef: 'component:default/checkout', name: 'checkout', kind: 'component' });
    expect([component.type, component.lifecycle, component.tier, component.system]).toEqual([
      type,
      lifecycle,
      tier,
      system,
    ]);
  });

  test.each([
    ['backstage.yaml', [{ ...PAYMENTS, text: 'group:default/payments' }]],
    ['datadog-v2.yaml', [PAYMENTS]],
    ['datadog-v3.yaml', [PAYMENTS, { kind: 'team', ref: 'group:default/finance', text: 'finance' }]],
    ['opslevel.yml', [PAYMENTS]],
    ['cortex.yaml', [PAYMENTS, { kind: 'email', ref: 'ada@acme.example', text: 'Ada@acme.example' }]],
    [
      'compass.yml',
      [
        {
          kind: 'team',
          ref: 'group:default/ari:cloud:identity::team/11112222-3333-4444-5555-666677778888',
          text: 'ari:cloud:identity::team/11112222-3333-4444-5555-666677778888',
        },
      ],
    ],
    ['provtrace.yaml', [PAYMENTS]],
  ])('%s: its owners', (name, owners) => {
    expect(only(name).owners).toEqual(owners);
  });

  test.each([
    [
      'backstage.yaml',
      [
        { repository: MONO_KEY, paths: ['/services/checkout/'] },
        { repository: MONO_KEY, paths: [] },
      ],
    ],
    ['datadog-v2.yaml', [{ repository: MONO_KEY, paths: [] }]],
    ['datadog-v2.1.yaml', [{ repository: MONO_KEY, paths: [] }]],
    ['datadog-v3.yaml', [{ repository: MONO_KEY, paths: ['services/checkout/**'] }]],
    ['opslevel.yml', [{ repository: MONO_KEY, paths: ['/services/checkout/'] }]],
    ['cortex.yaml', [{ repository: MONO_KEY, paths: ['/services/checkout/'] }]],
    ['compass.yml', [{ repository: MONO_KEY, paths: [] }]],
    ['provtrace.yaml', [{ repository: MONO_KEY, paths: ['services/checkout/**'] }]],
  ])('%s: where its code is', (name, code) => {
    expect(only(name).code).toEqual(code);
  });

  test.each([
    [
      'backstage.yaml',
      [
        'pager PagerDuty integration key (configured)',
        'pager Opsgenie team pay',
        'onCall https://acme.example/on-call/checkout',
      ],
    ],
    [
      'datadog-v2.yaml',
      [
        'chat https://acme.slack.com/archives/C01',
        'email payments@acme.example',
        'pager https://acme.pagerduty.com/service-directory/PABC123',
      ],
    ],
    [
      'datadog-v2.1.yaml',
      [
        'chat https://teams.microsoft.com/l/channel/1',
        'pager https://acme.pagerduty.com/service-directory/PABC123',
        'pager https://acme.app.opsgenie.com/service/1',
      ],
    ],
    [
      'datadog-v3.yaml',
      [
        'email payments@acme.example',
        'pager https://acme.pagerduty.com/service-directory/PABC123',
        'pager https://acme.app.opsgenie.com/service/1',
      ],
    ],
    ['opslevel.yml', ['onCall https://acme.example/incidents/checkout']],
    ['cortex.yaml', ['chat #pay-alerts', 'chat #payments', 'pager PagerDuty escalation policy PABC123']],
    ['compass.yml', ['chat https://acme.slack.com/archives/C01', 'onCall https://acme.example/on-call/checkout']],
  ])('%s: how to reach whoever runs it', (name, contacts) => {
    expect(shownContacts(only(name).contacts)).toEqual(contacts);
  });

  test('the key of an integration is nowhere in what was read', () => {
    expect(JSON.stringify(readFixture('backstage.yaml'))).not.toContain('0123456789abcdef');
  });

  test('images, by Backstage annotations in full and by our own as patterns', () => {
    expect(only('backstage.yaml').images).toEqual([
      '**/acme/checkout',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/checkout',
    ]);
    expect(only('provtrace.yaml').images).toEqual(['ghcr.io/acme/checkout', 'ghcr.io/acme/checkout-*']);
  });

  test('links with their titles, and OpsLevel tools by category', () => {
    expect(only('datadog-v3.yaml').links).toEqual([
      { url: 'https://acme.example/runbooks/checkout', title: 'Runbook', type: 'runbook' },
    ]);
    expect(only('opslevel.yml').links.map(({ title, type }) => [title, type])).toEqual([
      ['Incidents', 'incidents'],
      ['Logs', 'logs'],
    ]);
    expect(only('opslevel.yml').aliases).toEqual(['pay-checkout']);
  });
});

describe('teams and people', () => {
  test('of our own format', () => {
    const { teams, people } = readFixture('provtrace.yaml');
    expect(teams).toMatchObject([
      {
        ref: 'group:default/payments',
        title: 'Payments',
        members: ['user:default/alice'],
        forgeTeam: 'acme/payments',
        parent: 'group:default/finance',
        place: { path: 'provtrace.yaml', line: 3, document: 1 },
      },
      { ref: 'group:default/finance', place: { line: 13 } },
    ]);
    expect(shownContacts(teams[0]!.contacts)).toEqual([
      'email pay@acme.example',
      'chat #pay',
      'pager PagerDuty PABC123',
      'pager Opsgenie pay',
      'onCall https://acme.example/on-call/payments',
    ]);
    expect(people).toMatchObject([{ ref: 'user:default/alice', login: 'alice', emails: ['a@acme.example'] }]);
  });

  test('a Cortex team', () => {
    const { teams } = readText(`openapi: 3.0.1
info:
  title: Payments
  x-cortex-tag: payments
  x-cortex-type: team
  x-cortex-team:
    members: [{ name: Ada, email: Ada@acme.example }]
    groups: [{ name: Acme/Payments, provider: GITHUB }]
  x-cortex-slack: { channels: [{ name: pay }] }
  x-cortex-parents: [{ tag: finance }]
`);
    expect(teams).toMatchObject([
      {
        ref: 'group:default/payments',
        title: 'Payments',
        members: ['user:default/ada@acme.example'],
        forgeTeam: 'acme/payments',
        parent: 'group:default/finance',
      },
    ]);
    expect(shownContacts(teams[0]!.contacts)).toEqual(['chat #pay']);
  });
});

describe('references and annotations of Backstage', () => {
  const component = (spec: string, annotations = '{}'): CatalogComponent =>
    readText(
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: A, namespace: Devex, annotations: ${annotations} }\nspec: ${spec}\n`,
    ).components[0]!;

  test.each([
    ['guests', 'team', 'group:devex/guests'],
    ['Group:Payments', 'team', 'group:devex/payments'],
    ['other/payments', 'team', 'group:other/payments'],
    ['group:redhat/xe-compass-devs', 'team', 'group:redhat/xe-compass-devs'],
    ['user:default/Ada', 'person', 'user:default/ada'],
    ['Ada@acme.example', 'email', 'ada@acme.example'],
  ])('owner %s', (owner, kind, ref) => {
    expect(component(`{ owner: '${owner}' }`).owners).toEqual([{ kind, ref, text: owner }]);
  });

  test('the entity itself is named with its namespace', () => {
    expect(component('{}')).toMatchObject({ entityRef: 'component:devex/a', name: 'A', owners: [] });
  });

  test.each([
    ['url:https://github.com/acme/mono/tree/main/services/a/', ['/services/a/']],
    ['url:https://github.com/acme/mono/tree/main/services/a', ['/services/a/']],
    ['url:https://github.com/acme/mono/blob/main/services/a/catalog-info.yaml', ['/services/a/']],
    ['url:https://github.com/acme/mono/', []],
  ])('source-location %s', (location, paths) => {
    expect(component('{}', `{ backstage.io/source-location: '${location}' }`).code).toEqual([
      { repository: MONO_KEY, paths },
    ]);
  });

  test('code beside the file that describes it, where no place is named', () => {
    const location = 'url:https://github.com/acme/mono/tree/main/services/a/catalog-info.yaml';
    expect(component('{}', `{ backstage.io/managed-by-location: '${location}' }`).code).toEqual([
      { repository: MONO_KEY, paths: ['/services/a/'] },
    ]);
  });

  test('a GitLab of its own', () => {
    const annotations = '{ gitlab.com/project-slug: acme/shop, gitlab.com/instance: git.acme.example }';
    expect(component('{}', annotations).code).toEqual([{ repository: 'git.acme.example/acme/shop', paths: [] }]);
  });

  test('an annotation names an image and is no pattern', () => {
    expect(component('{}', "{ quay.io/repository-slug: '**' }").images).toEqual([]);
  });

  test('relations of a live catalog outrank spec.owner', () => {
    const text = JSON.stringify({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'a' },
      spec: { owner: 'old' },
      relations: [
        { type: 'ownedBy', targetRef: 'group:default/new' },
        { type: 'partOf', targetRef: 'system:default/shop' },
      ],
    });
    expect(readText(text).components[0]!.owners.map(({ ref }) => ref)).toEqual(['group:default/new']);
  });
});

test('a webhook is a secret, and a link that is not of the web is left out', () => {
  const { teams, components } = readText(`version: 1
teams: { a: { slack: https://hooks.slack.com/services/T0/B0/secret } }
services: { a: { links: ['javascript:alert(1)', https://acme.example] } }
`);
  expect(shownContacts(teams[0]!.contacts)).toEqual(['chat webhook (configured)']);
  expect(components[0]!.links).toEqual([{ url: 'https://acme.example' }]);
});

test('a place is written as a person looks it up', () => {
  expect(formatPlace(readFixture('provtrace.yaml').components[0]!.place)).toBe('provtrace.yaml:15 of the test');
});
