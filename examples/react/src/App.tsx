import { useState } from 'react';
import { LivePanel } from './LivePanel';

const src = import.meta.env.VITE_AGENT ?? 'http://localhost:8080';
// Read from the fragment of the URL, so that the built files do not contain it.
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;

export function App() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button onClick={() => setShown(!isShown)}>{isShown ? 'Hide' : 'Show'}</button>
      {isShown && <LivePanel src={src} token={token} />}
    </>
  );
}
