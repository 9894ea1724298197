import { useStreamSelector, type UseStreamResult } from '@inferstream/react'
import { useEffect, useState } from 'react'
import { service } from '../service.ts'

/** ms before a lost connection is worth a banner. */
const patience = 2_000

/** Over the result while the service does not answer. It goes when the service is back; its room is kept. */
export function ContactBanner({ stream }: { stream: UseStreamResult }) {
  const isLost = useStreamSelector(
    stream,
    ({ connection, status }) => (connection === 'reconnecting' || connection === 'offline') && status !== 'error',
  )
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(isLost), isLost ? patience : 0)
    return () => clearTimeout(timer)
  }, [isLost])
  return (
    <div className="banner-room" role="status">
      {isShown && (
        <p className="banner">No answer from {service}. What has arrived stays, and this page goes on by itself.</p>
      )}
    </div>
  )
}
