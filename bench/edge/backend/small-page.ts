/** What a small page holds: 1 KiB. */
export const smallPage = 'a small page. '.repeat(74).slice(0, 1024);
