import type { ReachedSource } from '../../ports/source-code.ts';
import type { Git } from './git.ts';
import type { ObjectReader } from './object-reader.ts';
import { createObjectReader } from './object-reader.ts';
import { initialise } from './repository-folder.ts';
import type { Workplace } from './workplace.ts';

/** A bare repository of ours, for what is fetched from another one in this run. */
export type OwnRepository = {
  readonly gitFolder: string;
  readonly reader: ObjectReader;
  /** One fetch at a time: two would both want to write how deep the history is. */
  readonly inTurn: <Result>(task: () => Promise<Result>) => Promise<Result>;
};

export interface OwnRepositories {
  /** The one that was opened before, if any. */
  opened(repository: string): Promise<OwnRepository> | undefined;
  /** @throws ToolError */
  open(at: ReachedSource): Promise<OwnRepository>;
  close(): Promise<void>;
}

export function createOwnRepositories({
  git,
  workplace,
}: {
  readonly git: Git;
  readonly workplace: Workplace;
}): OwnRepositories {
  const repositories = new Map<string, Promise<OwnRepository>>();

  async function create({ repository, refs }: ReachedSource): Promise<OwnRepository> {
    const gitFolder = await workplace.newFolder('repository');
    await initialise(gitFolder, { objectFormat: refs.objectFormat });
    return { gitFolder, reader: createObjectReader({ git, gitFolder, where: repository }), inTurn: createQueue() };
  }

  return {
    opened: (repository) => repositories.get(repository),
    open: (at) => {
      const known = repositories.get(at.repository) ?? create(at);
      repositories.set(at.repository, known);
      return known;
    },
    close: async () => {
      const closing = [...repositories.values()].map(async (opened) => (await opened).reader.close());
      repositories.clear();
      // One that could not be made needs no end.
      await Promise.allSettled(closing);
    },
  };
}

function createQueue(): OwnRepository['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  };
}
