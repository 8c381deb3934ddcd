/** What catalog files are called that stand beside the code they describe. */
export const catalogFileNames: readonly string[] = [
  'catalog-info.yaml',
  'catalog-info.yml',
  'service.datadog.yaml',
  'service.datadog.yml',
  'entity.datadog.yaml',
  'entity.datadog.yml',
  'opslevel.yml',
  'cortex.yaml',
  'cortex.yml',
  'compass.yml',
  'compass.yaml',
];

/** Of paths deeper than that, the folders nearest to the root are left out, but for the root itself. */
const FOLDERS_MAX = 16;

/** Where a catalog file may be that describes what is at one of the paths: in its folder and upwards, nearest first, the root last. */
export function catalogPathsFor(paths: readonly string[]): readonly string[] {
  const folders = [...paths.flatMap((path) => foldersUpwards(path).slice(0, FOLDERS_MAX)), ''];
  return [...new Set(folders)].flatMap((folder) =>
    catalogFileNames.map((name) => (folder === '' ? name : `${folder}/${name}`)),
  );
}

/** Itself too, which may be a folder, and not the root: `a/b` and `a` for `a/b`. */
function foldersUpwards(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return names.map((_, index) => names.slice(0, names.length - index).join('/'));
}
