import 'metrics-panel/define';
import 'metrics-panel/react';
import { useState } from 'react';

export function LivePanel({ src, token }: { src: string; token?: string }) {
  const [metrics, setMetrics] = useState('cpu');
  const [connection, setConnection] = useState('');
  const [value, setValue] = useState<number | null>(null);

  function showOther() {
    setMetrics(metrics === 'cpu' ? 'memory' : 'cpu');
    setValue(null);
  }

  return (
    <>
      <button onClick={showOther}>Other metric</button>
      <metrics-panel
        src={src}
        token={token}
        metrics={metrics}
        onstatuschange={({ detail }) => setConnection(detail.state)}
        onsample={({ detail }) => setValue(detail.values[0] ?? null)}
      />
      <p>
        {connection}, {metrics}: {value ?? 'not known'}
      </p>
    </>
  );
}
