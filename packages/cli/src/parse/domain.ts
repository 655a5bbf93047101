/** `host` or `host/path`; a scheme in front and a slash at the end are forgiven. */
export const domain = {
  expects: 'a host such as shop.example.org, with a path behind it if you like',
  parse(text: string): { readonly host: string; readonly pathPrefix: string } | undefined {
    const bare = text.replace(/^https?:\/\//i, '');
    const slash = bare.indexOf('/');
    const host = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
    const path = slash < 0 ? '' : bare.slice(slash).replace(/\/+$/, '');
    return host === '' || /[\s:?#]/.test(bare) ? undefined : { host, pathPrefix: path === '' ? '/' : path };
  },
};
