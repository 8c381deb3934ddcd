export function repositoryKey(url: string): string {
  return url;
}
