import { describe, expect, test } from 'vitest';
import { readDockerStep } from '../../../../src/core/provenance/google-cloud-build/docker-step.ts';

const DOCKER = { name: 'gcr.io/cloud-builders/docker' };

/** Dockerfile and context of a build with these steps. */
function paths(...steps: readonly unknown[]): readonly (string | undefined)[] {
  const { dockerfile, context } = readDockerStep({ value: steps, at: '$', problems: [] });
  return [dockerfile?.value, context?.value];
}

function build(args: string, step: Readonly<Record<string, unknown>> = {}): readonly (string | undefined)[] {
  return paths({ ...DOCKER, args: ['build', ...args.split(' ')], ...step });
}

describe('the docker build of a Cloud Build', () => {
  test.each([
    ['-t x .', 'Dockerfile', '.'],
    ['. -t x', 'Dockerfile', '.'],
    ['--tag=x web', 'web/Dockerfile', 'web'],
    ['-f docker/Dockerfile.web -t x web', 'docker/Dockerfile.web', 'web'],
    ['--file=docker/Dockerfile.web --no-cache .', 'docker/Dockerfile.web', '.'],
    ['--build-arg A=B --cache-from y -t x .', 'Dockerfile', '.'],
    ['-t x /workspace/web', 'web/Dockerfile', 'web'],
    ['-t x /workspace', 'Dockerfile', '.'],
  ])('%s', (args, dockerfile, context) => {
    expect(build(args)).toEqual([dockerfile, context]);
  });

  test("begins at the step's directory", () => {
    expect(build('-f Dockerfile.web -t x .', { dir: 'services' })).toEqual(['services/Dockerfile.web', 'services']);
  });

  test.each([
    ['-t x https://github.com/acme/shop.git'],
    ['-t x git@github.com:acme/shop.git'],
    ['-t x -'],
    ['-t x /tmp/elsewhere'],
    ['-t x $_CONTEXT'],
    ['-t x'],
    ['-t x a b'],
  ])('%s: not of the checked out files', (args) => {
    expect(build(args)).toEqual([undefined, undefined]);
  });

  test('a Dockerfile outside the repository, or by a variable, is left out, and the context stays', () => {
    expect(build('-f ../Dockerfile -t x .')).toEqual([undefined, '.']);
    expect(build('-f $_FILE -t x .')).toEqual([undefined, '.']);
    expect(build('-f /tmp/Dockerfile -t x .')).toEqual([undefined, '.']);
  });

  test('a directory by a variable leaves nothing', () => {
    expect(build('-t x .', { dir: '$_DIR' })).toEqual([undefined, undefined]);
  });

  test('of two builds nothing says which made the image', () => {
    const step = { ...DOCKER, args: ['build', '-t', 'x', '.'] };
    expect(paths(step, step)).toEqual([undefined, undefined]);
    expect(paths({ ...DOCKER, args: ['push', 'x'] }, step)).toEqual(['Dockerfile', '.']);
  });

  test('other images, and other entry points, are no docker build', () => {
    expect(build('-t x .', { name: 'gcr.io/kaniko-project/executor' })).toEqual([undefined, undefined]);
    expect(build('-t x .', { entrypoint: 'bash' })).toEqual([undefined, undefined]);
    expect(build('-t x .', { name: 'docker:24@sha256:aa' })).toEqual(['Dockerfile', '.']);
  });
});
