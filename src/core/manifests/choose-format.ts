import type { ManifestFormatName, ManifestText } from './model.ts';
import { faultOf } from './read-reference.ts';
import { withoutComment } from './image-list.ts';

/** What the content is told by is in its first lines, but for keys in any order. */
const FIRST_LINES = 200;

/** What a file is: a Dockerfile by its name; else by what it says, where its name says nothing else; undefined for what is none of them. */
export function chooseFormat({ text, path }: ManifestText): ManifestFormatName | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^(?:dockerfile|containerfile)(?:[.-].*)?$|\.(?:dockerfile|containerfile)$/.test(name)) return 'dockerfile';
  if (/^kustomization(?:\.ya?ml)?$/.test(name)) return 'kubernetes';
  if (/^(?:docker-|podman-)?compose(?:[.-].*)?\.ya?ml$/.test(name)) return 'compose';
  const lines = text.split('\n', FIRST_LINES).map(withoutComment);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (/^\s*(?:FROM|ARG)\s/i.test(first)) return 'dockerfile';
  if (hasKey(text, 'apiVersion') || hasKey(text, 'kind')) return 'kubernetes';
  if (hasKey(text, 'services')) return 'compose';
  const words = lines.map((line) => line.trim()).filter((line) => line !== '');
  const isList = /\.(?:txt|list)$/.test(name) || !/\.(?:ya?ml|json)$/.test(name);
  return isList && words.some((word) => faultOf(word) === undefined) ? 'image-list' : undefined;
}

/** A key at the top of a YAML document, or of a JSON one. */
function hasKey(text: string, key: string): boolean {
  const quoted = new RegExp(`^(?:---[ ])?(["']?)${key}\\1[ ]{0,20}:`, 'm');
  return quoted.test(text) || (/^\s*\{/.test(text) && text.includes(`"${key}"`));
}
