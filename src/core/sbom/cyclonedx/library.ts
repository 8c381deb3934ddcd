/** The parts of the CycloneDX library that write, loaded when something is written: 30 ms that reading does not need. */
export async function loadLibrary() {
  const [Enums, Models, Serialize, Spec, { isSupportedSpdxId }, { isCPE }] = await Promise.all([
    import('@cyclonedx/cyclonedx-library/Enums'),
    import('@cyclonedx/cyclonedx-library/Models'),
    import('@cyclonedx/cyclonedx-library/Serialize'),
    import('@cyclonedx/cyclonedx-library/Spec'),
    import('@cyclonedx/cyclonedx-library/SPDX'),
    import('@cyclonedx/cyclonedx-library/Types'),
  ]);
  return { Enums, Models, Serialize, Spec, isSupportedSpdxId, isCPE };
}
export type Library = Awaited<ReturnType<typeof loadLibrary>>;
