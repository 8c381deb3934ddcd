import { describe, expect, test } from 'vitest';
import { finalStageImage } from '../../../../src/core/provenance/buildkit/final-stage.ts';

const MULTI_STAGE = `
# syntax=docker/dockerfile:1
ARG VERSION=1.22
ARG BASE="alpine:\${TAG:-3.19}"
FROM --platform=$BUILDPLATFORM golang:$VERSION AS Build
RUN go build \\
  # a comment between lines
  -o /app
FROM build AS test
FROM \${BASE}
COPY --from=0 /app /app
`;

describe('the image of the final stage', () => {
  test.each([
    ['is the last FROM', MULTI_STAGE, {}, 'alpine:3.19'],
    [
      'takes build arguments',
      MULTI_STAGE,
      { values: { BASE: 'gcr.io/distroless/static', VERSION: '1' } },
      'gcr.io/distroless/static',
    ],
    ['follows the target through stages', MULTI_STAGE, { target: 'TEST' }, 'golang:1.22'],
    ['takes a target by its number', MULTI_STAGE, { target: '0' }, 'golang:1.22'],
    ['may be scratch', 'FROM golang AS build\nFROM scratch\n', {}, 'scratch'],
    ['is not in a here-document', 'FROM a\nRUN <<EOF\nFROM b\nEOF\n', {}, 'a'],
    ['is not in a comment', 'FROM a\n# FROM b\n', {}, 'a'],
    ['may be written in lower case, with CRLF', 'from a as b\r\nfrom b\r\n', {}, 'a'],
    ['is that of the latest stage of a name', 'FROM a AS x\nFROM b AS x\nFROM x\n', {}, 'b'],
  ] as const)('%s', (_what, dockerfile, given, image) => {
    expect(finalStageImage(dockerfile, { values: {}, ...given })).toBe(image);
  });

  test.each([
    ['a variable has no value', 'FROM $UNKNOWN\n', {}],
    ['an argument stands behind the first FROM', 'FROM a\nARG B=b\nFROM $B\n', {}],
    ['there is no such target', 'FROM a AS b\n', { target: 'c' }],
    ['there is no FROM', 'RUN true\n', {}],
    ['it is empty', '', {}],
  ] as const)('is not known where %s', (_why, dockerfile, given) => {
    expect(finalStageImage(dockerfile, { values: {}, ...given })).toBeUndefined();
  });
});
