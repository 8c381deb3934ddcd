import { items, member } from '../provenance/node.ts';
import type { Node } from '../provenance/node.ts';
import type { FindingRule } from './rule.ts';
import { oneFinding, saidBy } from './rule.ts';
import type { Reading } from './reading.ts';

/** What went into the build. */
export const INPUT_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'MUTABLE_BASE',
    severity: 'info',
    advice: 'name base images by digest, so that a build does not change with their tags',
    find: ({ provenance }) =>
      (provenance?.resolvedDependencies ?? []).flatMap(({ role, image, at }) => {
        if (role !== 'base' || image === undefined || image.pinned) return [];
        const name = `${image.name}${image.tag === undefined ? '' : `:${image.tag}`}`;
        return image.digest === undefined
          ? oneFinding(`${at}: ${name} was used by its tag, and which image that was is not recorded`, {
              severity: 'warn',
            })
          : oneFinding(`${at}: ${name} was asked for by its tag, which was ${image.digest} then`);
      }),
  },
  {
    code: 'LOCAL_CONTEXT',
    severity: 'warn',
    advice: 'build from the repository’s address: what was on the disk need not be what is in the commit',
    find: ({ provenance }) =>
      oneFinding(
        provenance?.localContext?.value === true &&
          `${provenance.localContext.at}: the files came from the disk of whoever asked for the build`,
      ),
  },
  {
    code: 'NOT_HERMETIC',
    severity: 'info',
    advice: 'the build could fetch what its provenance does not list: build without network where you can',
    find: ({ provenance, root, signed }, examined) => {
      const evidence = saidBy(signed.document, 'hermetic', examined);
      const { hermetic } = provenance ?? {};
      if (hermetic?.value === false)
        return oneFinding(`${hermetic.at}: the build had network, or does not say that it had none`, { evidence });
      const unseen = root && networkUnseen(root);
      return oneFinding(unseen !== undefined && `${unseen.at}: some of what the build fetched was not seen`, {
        evidence,
      });
    },
  },
];

/** BuildKit's record of the network, where it has holes. */
function networkUnseen(statement: Node): Node | undefined {
  const predicate = member(statement, 'predicate');
  const extensions = [
    member(predicate, 'metadata', 'https://mobyproject.org/buildkit@v1#metadata'),
    member(predicate, 'runDetails', 'metadata', 'buildkit_metadata'),
  ];
  return extensions
    .map((extension) => member(extension, 'network', 'proxy', 'incomplete'))
    .find((list) => items(list).length > 0);
}
