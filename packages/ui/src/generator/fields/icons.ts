import { ArrowDown, ArrowUp, Dices, Plus } from 'lucide'
import { lucideIcon } from '../../part/lucide-icon.tsx'

export const ArrowDownIcon = /* @__PURE__ */ lucideIcon(ArrowDown)
export const ArrowUpIcon = /* @__PURE__ */ lucideIcon(ArrowUp)
export const DicesIcon = /* @__PURE__ */ lucideIcon(Dices)
export const PlusIcon = /* @__PURE__ */ lucideIcon(Plus)
