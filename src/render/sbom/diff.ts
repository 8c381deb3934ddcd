import type { ComponentChange } from '../../core/sbom/diff.ts';
import type { ComponentsDiff, ImageDiff, OriginAnswer, OriginChange } from '../../core/sbom/image-diff.ts';
import type { Component } from '../../core/sbom/model.ts';
import type { Paragraph } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import { count } from '../words.ts';
import { headline, line, unheardParagraphs } from './attached.ts';
import type { ReportOptions } from './index.ts';
import { componentName } from './tree.ts';

/** What is another in the second image: where it is from first, then what is in it. */
export function renderDiffText(diff: ImageDiff, options: ReportOptions): Promise<string> {
  const { before, after, origin, components } = diff;
  const heads = [
    marked('-', headline(before)),
    marked('+', headline(after)),
    ...unheardParagraphs(before),
    ...unheardParagraphs(after),
  ];
  const changes =
    origin.length === 0
      ? [line(0, words('origin: nothing that is known of it differs'))]
      : [line(0, words('origin', { style: 'strong' })), ...origin.flatMap(originParagraphs)];
  return blocksText([heads, changes, componentParagraphs(diff, components)], options);
}

/** Which side of the comparison it is on. */
function marked(side: '-' | '+', paragraph: Paragraph): Paragraph {
  return { ...paragraph, words: [...words(side, { style: 'faint' }), ...paragraph.words] };
}

function originParagraphs({ step, before, after }: OriginChange): readonly Paragraph[] {
  return [line(2, words(step, { style: 'strong' })), sideOf('-', before), sideOf('+', after)];
}

function sideOf(side: '-' | '+', { answer, grade, gap }: OriginAnswer): Paragraph {
  const standing = gap ?? grade ?? 'none';
  return line(4, [
    ...words(side, { style: 'faint' }),
    ...words(answer ?? 'nothing is known'),
    ...words(`(${standing})`, { style: 'faint' }),
  ]);
}

function componentParagraphs({ before, after }: ImageDiff, diff: ComponentsDiff | undefined): readonly Paragraph[] {
  if (diff === undefined) {
    const without = [before, after].filter(({ sboms }) => sboms.length === 0);
    const why = without.length === 0 ? 'an SBOM does not hold or cannot be read' : 'there is no SBOM of one of them';
    return [line(0, [...sign('absent'), ...words(`components: not compared, ${why}`)])];
  }
  const { added, removed, changed } = diff;
  const total = `${added.length} added, ${removed.length} removed, ${changed.length} changed`;
  return [
    line(0, [...words('components', { style: 'strong' }), ...words(total)]),
    ...removed.map((component) => componentLine('-', component)),
    ...added.map((component) => componentLine('+', component)),
    ...changed.map(changeLine),
  ];
}

function componentLine(side: '-' | '+', component: Component): Paragraph {
  const { purl } = component;
  return line(2, [
    ...words(side, { style: side === '+' ? 'verified' : 'bad' }),
    ...words(componentName(component)),
    ...(purl === undefined ? [] : words(purl.text, { style: 'faint' })),
  ]);
}

function changeLine({ before, after, facts }: ComponentChange): Paragraph {
  const others = facts.filter((fact) => fact !== 'version');
  return line(2, [
    ...words('~', { style: 'gap' }),
    ...words(
      facts.includes('version') ? `${componentName(before)} → ${after.version ?? 'no version'}` : componentName(before),
    ),
    ...(others.length === 0 ? [] : pair(count(others.length, 'other change'), others.join(', '))),
  ]);
}
